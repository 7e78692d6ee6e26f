using UserDomain.AllInOne.SamplePages;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(SamplePagesService.Description, args);
